#include "explore/library_versions.h"

#include <CbcConfig.h>
#include <Cbc_C_Interface.h>
#include <muParser.h>
#include <sqlite3.h>

#include <pagmo/config.hpp>

#include <string>

namespace deltasim {
namespace {

/// "2.3.3 (Release)" is 2.3.3.
std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

}  // namespace

std::vector<LibraryVersion> exploration_libraries() {
  return {{"pagmo", PAGMO_VERSION},
          {"SQLite", SQLITE_VERSION, sqlite3_libversion()},
          {"muParser", first_word(mu::ParserVersion),
           first_word(mu::Parser().GetVersion(mu::pviBRIEF))},
          {"CBC", CBC_VERSION, Cbc_getVersion()}};
}

}  // namespace deltasim
