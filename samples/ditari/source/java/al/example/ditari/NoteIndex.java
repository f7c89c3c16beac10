package al.example.ditari;

import android.content.ContentValues;
import android.content.Context;
import android.database.Cursor;
import android.database.sqlite.SQLiteDatabase;
import android.database.sqlite.SQLiteOpenHelper;

/** The diary's own small database: titles, and how often each page was opened. */
public class NoteIndex extends SQLiteOpenHelper {
    private static final String PAGES = "pages";

    public NoteIndex(Context context) {
        super(context, "diary.db", null, 1);
    }

    @Override
    public void onCreate(SQLiteDatabase database) {
        database.execSQL("CREATE TABLE pages (title TEXT PRIMARY KEY, opened INTEGER NOT NULL DEFAULT 0)");
        database.execSQL("CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)");
        database.execSQL("INSERT INTO counters VALUES ('notes', 0)");
    }

    @Override
    public void onUpgrade(SQLiteDatabase database, int from, int to) {}

    public void add(String title) {
        ContentValues page = new ContentValues();
        page.put("title", title);
        getWritableDatabase().insert(PAGES, null, page);
        increment("notes", 1);
    }

    /** One more note: a counter of the diary's, in the diary. */
    private void increment(String counter, int by) {
        getWritableDatabase().execSQL("UPDATE counters SET value = value + ? WHERE name = ?", new Object[] {by, counter});
    }

    public long count() {
        try (Cursor found = getWritableDatabase().rawQuery("SELECT value FROM counters WHERE name = 'notes'", null)) {
            return found.moveToFirst() ? found.getLong(0) : 0;
        }
    }
}
