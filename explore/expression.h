#pragma once
// Arithmetic over named numbers, for constraints and objectives (muParser).

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

/// "accelerator.pe_array.rows * accelerator.pe_array.columns <= 1024". Names are dotted keys;
/// constants may have units ("4 MiB", "500 MHz"), which count in SI (bytes, hertz, seconds,
/// joules).
class Expression {
 public:
  /// @param where file and key path, for the message
  /// @throws ConfigError with the place in the text where it does not parse
  Expression(const std::string& text, const std::string& where);
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();

  /// Dotted keys that it reads, each once, in their order.
  const std::vector<std::string>& names() const;
  /// @param value_of a name
  double value(const std::function<double(std::string_view)>& value_of) const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace deltasim
