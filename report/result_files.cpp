#include "report/result_files.h"

#include "arch/atomic_file.h"
#include "report/result_csv.h"
#include "report/result_json.h"

namespace deltasim {

void write_result_files(const RunResult& result, const std::filesystem::path& folder) {
  make_folder(folder);
  write_file_atomically(folder / "layers.csv", layers_csv(result));
  write_file_atomically(folder / "frames.csv", frames_csv(result));
  write_file_atomically(folder / "result.json", result_json(result));
}

}  // namespace deltasim
