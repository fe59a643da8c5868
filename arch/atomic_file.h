#pragma once
// A file that appears whole or not at all, whatever ends the program.

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace deltasim {

/// Writes beside the wanted name (NAME.RANDOM.partial, which no other process has, on whatever
/// machine) and renames once all of it is on the disk. Without commit() the wanted name is left as
/// it was. A device such as /dev/stdout is written directly, and a symbolic link is followed.
class AtomicFile {
 public:
  /// @throws IoError where the folder takes no new file
  explicit AtomicFile(const std::filesystem::path& target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// @throws IoError, as on a full disk
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

  /// Makes the file appear; nothing may be written after it. @throws IoError
  void commit();

 private:
  void flush();
  void write_to_disk(std::span<const std::byte> bytes);

  std::filesystem::path target_;
  std::filesystem::path written_;  ///< where the bytes go; the target itself if it is a device
  std::vector<std::byte> buffer_;
  int descriptor_ = -1;
};

/// The whole content at once. @throws IoError; then the old file is still there
void write_file_atomically(const std::filesystem::path& target, std::string_view content);

/// Removes what an AtomicFile has left in a folder because its program was killed. What a live one
/// writes stays, also that of another machine: it is locked, and was touched a moment ago.
/// @param depth so many levels of folders below it too
/// @return how many files
std::size_t remove_partial_files(const std::filesystem::path& folder, int depth = 0);

/// Makes a folder, and those above it, where it is not there.
/// @throws IoError, as where a file has that name
void make_folder(const std::filesystem::path& folder);

}  // namespace deltasim
