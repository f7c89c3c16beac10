package android.database.sqlite;

public abstract class SQLiteOpenHelper {
    public SQLiteOpenHelper(android.content.Context c, String name, Object factory, int version) {}
    public native SQLiteDatabase getWritableDatabase();
    public abstract void onCreate(SQLiteDatabase d);
    public abstract void onUpgrade(SQLiteDatabase d, int from, int to);
}
