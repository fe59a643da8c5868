#include "explore/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <utility>

#include "arch/errors.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr int kBusyMilliseconds = 30'000;
constexpr int kLookMilliseconds = 200;

/// As a URI, which alone can say that nobody writes.
std::string immutable_uri(const std::string& file) {
  std::string uri = "file:";
  for (const char c : fs::absolute(file).string()) {
    uri += c == '?' || c == '#' || c == '%' ? fmt::format("%{:02x}", c) : std::string(1, c);
  }
  return uri + "?immutable=1";
}

}  // namespace

std::string sql_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

void SqliteDatabase::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

SqliteDatabase::SqliteDatabase(const fs::path& file, Access access) : file_(file.string()) {
  if (fs::is_directory(file)) throw IoError(file_, "read", EISDIR);
  if (access != Access::kCreate && !fs::exists(file)) throw IoError(file_, "read", ENOENT);
  if (access == Access::kReadOnly) {
    open_for_reading();
  } else if (access == Access::kLook) {
    open(file_, SQLITE_OPEN_READONLY);
    sqlite3_busy_timeout(connection_.get(), kLookMilliseconds);
  } else {
    open(file_, SQLITE_OPEN_READWRITE | (access == Access::kCreate ? SQLITE_OPEN_CREATE : 0));
  }
}

// Where it may be written, SQLite tidies the log away when the last reader leaves; where it may
// not, it opens it for reading by itself.
void SqliteDatabase::open_for_reading() {
  open(file_, SQLITE_OPEN_READWRITE);
  run("PRAGMA query_only = 1");
  const int code = sqlite3_exec(connection_.get(), "SELECT count(*) FROM sqlite_master", nullptr,
                                nullptr, nullptr);
  // A write-ahead log needs a file beside the database, which a folder of somebody else may refuse.
  // Without a log nobody writes.
  if ((code & 0xff) == SQLITE_CANTOPEN && !fs::exists(file_ + "-wal")) {
    open(immutable_uri(file_), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  } else if (code != SQLITE_OK) {
    fail(code);
  }
}

void SqliteDatabase::open(const std::string& name, int flags) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &connection, flags, nullptr);
  connection_.reset(connection);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, kBusyMilliseconds);
}

void SqliteDatabase::fail(int code) const {
  const int reason = connection_ ? sqlite3_system_errno(connection_.get()) : 0;
  switch (code & 0xff) {  // the primary code
    case SQLITE_NOTADB:
      throw ConfigError(file_, "is no SQLite database");
    case SQLITE_CORRUPT:
      throw ConfigError(
          file_, fmt::format("the database is damaged ({})", sqlite3_errmsg(connection_.get())));
    case SQLITE_FULL:
      throw IoError(file_, "write", ENOSPC);
    case SQLITE_IOERR:
      throw IoError(file_, "read or write", reason != 0 ? reason : EIO);
    case SQLITE_READONLY:
      throw IoError(file_, "write", reason != 0 ? reason : EACCES);
    case SQLITE_CANTOPEN:
      throw IoError(file_, "open", reason != 0 ? reason : EIO);
    case SQLITE_PERM:
    case SQLITE_AUTH:
      throw IoError(file_, "open", EACCES);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw IoError(file_, "write while another process keeps it locked", EBUSY);
    case SQLITE_NOMEM:
      throw IoError(file_, "read", ENOMEM);
    default:
      throw InternalError(fmt::format("{}: {} ({})", file_, sqlite3_errmsg(connection_.get()),
                                      sqlite3_errstr(code)));
  }
}

void SqliteDatabase::run(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

SqliteStatement SqliteDatabase::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection_.get(), sql.c_str(), -1, &statement, nullptr);
  if (code != SQLITE_OK) fail(code);
  return {*this, statement};
}

bool SqliteDatabase::has_table(std::string_view name) {
  SqliteStatement found =
      prepare("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?");
  found.bind(0, name);
  return found.step() && found.integer(0) > 0;
}

bool SqliteDatabase::empty() {
  SqliteStatement found = prepare("SELECT count(*) FROM sqlite_master");
  return found.step() && found.integer(0) == 0;
}

void SqliteDatabase::require_whole() {
  SqliteStatement found = prepare("PRAGMA quick_check(1)");
  if (found.step() && found.text(0) == "ok") return;
  throw ConfigError(file_, fmt::format("the database is damaged ({})", found.text(0)));
}

std::string SqliteDatabase::journal_mode() {
  SqliteStatement mode = prepare("PRAGMA journal_mode");
  return mode.step() ? mode.text(0) : std::string();
}

void SqliteDatabase::set_journal_mode(std::string_view mode) {
  run(fmt::format("PRAGMA journal_mode = {}", mode));
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void SqliteStatement::check(int code) const {
  if (code != SQLITE_OK) database_->fail(code);
}

void SqliteStatement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), parameter + 1, value));
}

void SqliteStatement::bind(int parameter, double value) {
  check(sqlite3_bind_double(statement_.get(), parameter + 1, value));
}

void SqliteStatement::bind(int parameter, std::string_view value) {
  check(sqlite3_bind_text(statement_.get(), parameter + 1, value.data(),
                          static_cast<int>(value.size()), SQLITE_TRANSIENT));
}

void SqliteStatement::bind_null(int parameter) {
  check(sqlite3_bind_null(statement_.get(), parameter + 1));
}

bool SqliteStatement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  database_->fail(code);
}

void SqliteStatement::run() {
  while (step()) {
  }
  reset();
}

// What went wrong was said by step() already.
void SqliteStatement::reset() { sqlite3_reset(statement_.get()); }

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double SqliteStatement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string SqliteStatement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

SqliteTransaction::SqliteTransaction(SqliteDatabase& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

SqliteTransaction::~SqliteTransaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const std::exception&) {
    // SQLite has rolled back by itself, as it does on a full disk.
  }
}

void SqliteTransaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace deltasim
