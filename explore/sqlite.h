#pragma once
// SQLite, as far as it is used here: a database, its statements and transactions, and its faults as
// ours.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace deltasim {

/// "name" as an SQL identifier.
std::string sql_name(std::string_view name);

class SqliteStatement;

/// Faults of all its functions and of its statements: ConfigError where the file is no database or
/// is damaged, IoError where the disk is full, cannot be written, or another process keeps the
/// database locked; InternalError for SQL that is wrong.
class SqliteDatabase {
 public:
  enum class Access {
    kReadOnly,  ///< also where the folder cannot be written
    kLook,      ///< nothing is written or tidied, and hardly waited for
    kWrite,     ///< the file must be there
    kCreate
  };
  SqliteDatabase(const std::filesystem::path& file, Access access);
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  /// Statements without a result.
  void run(const std::string& sql);
  SqliteStatement prepare(const std::string& sql);
  /// Whether it has a table of that name.
  bool has_table(std::string_view name);
  /// Whether it has no tables, as a new file.
  bool empty();
  /// Reads all of it. @throws ConfigError where a part is damaged or missing
  void require_whole();
  /// As SQLite names it: "wal" with a write-ahead log, "delete" without one.
  std::string journal_mode();
  /// It stays as it was where the file system cannot have it.
  void set_journal_mode(std::string_view mode);
  const std::string& file() const { return file_; }
  [[noreturn]] void fail(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  void open(const std::string& name, int flags);
  void open_for_reading();

  std::string file_;
  std::unique_ptr<sqlite3, Close> connection_;
};

/// Parameters and columns count from 0.
class SqliteStatement {
 public:
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view value);
  void bind_null(int parameter);
  /// @return whether there is a row
  bool step();
  /// To the end, and ready to be bound again.
  void run();
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;

 private:
  friend class SqliteDatabase;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  SqliteStatement(const SqliteDatabase& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}
  void check(int code) const;

  const SqliteDatabase* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Writes that are there all or not at all; undone unless committed.
class SqliteTransaction {
 public:
  explicit SqliteTransaction(SqliteDatabase& database);
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  void commit();

 private:
  SqliteDatabase& database_;
  bool open_ = true;
};

}  // namespace deltasim
