#include "explore/expression.h"

#include <fmt/format.h>
#include <muParser.h>

#include <algorithm>
#include <cctype>
#include <cfenv>
#include <cmath>
#include <map>

#include "arch/errors.h"
#include "explore/config_value.h"

namespace deltasim {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_letter(char c) { return kLetters.find(c) != std::string_view::npos; }

/// muParser takes plain functions, so that each unit needs one of its own.
template <std::size_t index>
double with_unit(double number) {
  return number * unit_factors()[index].factor;
}

template <std::size_t... indices>
void define_units(mu::Parser& parser, std::index_sequence<indices...>) {
  const std::vector<UnitFactor>& units = unit_factors();
  const auto define = [&](std::size_t index, mu::fun_type1 function) {
    if (index >= units.size() || !std::ranges::all_of(units[index].symbol, is_letter)) return;
    if (parser.GetFunDef().contains(units[index].symbol)) return;  // min() before minutes
    parser.DefinePostfixOprt(units[index].symbol, function, false);
  };
  (define(indices, &with_unit<indices>), ...);
}
constexpr std::size_t kMostUnits = 64;

[[noreturn]] void reject(const std::string& where, const std::string& text, std::string why) {
  throw ConfigError(Fault{.file = where,
                          .found = deltasim::quoted(text),
                          .expected = "an expression: " + std::move(why)});
}

/// muParser would assign: an expression must not change what it reads.
std::size_t assignment_in(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') continue;
    const bool second = i > 0 && std::string_view("<>!=").find(text[i - 1]) != text.npos;
    const bool first = i + 1 < text.size() && text[i + 1] == '=';
    if (!first && !second) return i;
  }
  return std::string_view::npos;
}

/// The words of the text that are among `used`, by their first place.
std::vector<std::string> in_order(std::string_view text, const mu::varmap_type& used) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    const auto is_name = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
    };
    while (end < text.size() && is_name(text[end])) ++end;
    const std::string word(text.substr(begin, end - begin));
    if (used.contains(word) && std::ranges::find(names, word) == names.end()) names.push_back(word);
    begin = std::max(end, begin + 1);
  }
  return names;
}

}  // namespace

class Expression::Implementation {
 public:
  Implementation(const std::string& text, const std::string& where) : text_(text) {
    if (const std::size_t place = assignment_in(text); place != std::string_view::npos) {
      reject(where, text, fmt::format("'==' and not '=' at position {}", place + 1));
    }
    if (std::ranges::all_of(text, [](char c) { return c == ' '; })) {
      reject(where, text, "something to compute");
    }
    try {
      prepare(text);
      parser_.Eval();
    } catch (const mu::ParserError& error) {
      reject(where, text, complaint(error));
    }
    if (parser_.GetNumResults() != 1) reject(where, text, "one value, without a comma");
  }

  const std::vector<std::string>& names() const { return names_; }

  double value(const std::function<double(std::string_view)>& value_of) {
    for (std::size_t i = 0; i < names_.size(); ++i) values_[i] = value_of(names_[i]);
    std::feclearexcept(FE_DIVBYZERO | FE_INVALID);
    double result = 0;
    try {
      result = parser_.Eval();
    } catch (const mu::ParserError& error) {
      throw ConfigError(
          Fault{.found = deltasim::quoted(text_), .expected = "a value: " + error.GetMsg()});
    }
    // A comparison with infinity has a result; that it has none in truth is seen here only.
    if (std::fetestexcept(FE_DIVBYZERO | FE_INVALID) != 0 || !std::isfinite(result)) {
      throw ConfigError(Fault{.found = deltasim::quoted(text_) + values_text(),
                              .expected = "a finite value: it divides by zero or the like"});
    }
    return result;
  }

 private:
  void prepare(const std::string& text) {
    parser_.DefineNameChars("0123456789_.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    DELTASIM_INVARIANT(unit_factors().size() <= kMostUnits, "every unit has a function");
    define_units(parser_, std::make_index_sequence<kMostUnits>());
    parser_.SetExpr(text);
    names_ = in_order(text, parser_.GetUsedVar());
    values_.assign(names_.size(), 1);
    for (std::size_t i = 0; i < names_.size(); ++i) parser_.DefineVar(names_[i], &values_[i]);
  }

  static std::string complaint(const mu::ParserError& error) {
    std::string why = error.GetMsg();
    while (!why.empty() && (why.back() == '.' || why.back() == '\n')) why.pop_back();
    if (why.find("position") != std::string::npos) return why;  // counted from 0 by muParser
    return fmt::format("{} at position {}", why, error.GetPos() + 1);
  }

  std::string values_text() const {
    std::string text;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      text += fmt::format("{}{} = {}", i == 0 ? " with " : ", ", names_[i], values_[i]);
    }
    return text;
  }

  std::string text_;
  mu::Parser parser_;
  std::vector<std::string> names_;
  std::vector<double> values_;  ///< parallel; muParser keeps their addresses
};

Expression::Expression(const std::string& text, const std::string& where)
    : implementation_(std::make_unique<Implementation>(text, where)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

const std::vector<std::string>& Expression::names() const { return implementation_->names(); }

double Expression::value(const std::function<double(std::string_view)>& value_of) const {
  return implementation_->value(value_of);
}

}  // namespace deltasim
