package android.database;

public interface Cursor extends java.io.Closeable {
    boolean moveToFirst();
    boolean moveToNext();
    int getColumnIndexOrThrow(String c);
    String getString(int i);
    long getLong(int i);
    int getCount();
    void close();
}
