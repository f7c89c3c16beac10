package android.database.sqlite;

public final class SQLiteDatabase {
    public native void execSQL(String sql);
    public native void execSQL(String sql, Object[] args);
    public native long insert(String table, String nullColumn, android.content.ContentValues v);
    public native android.database.Cursor rawQuery(String sql, String[] args);
}
