package android.content;

public abstract class ContentResolver {
    public final native android.database.Cursor query(android.net.Uri u, String[] p, String s, String[] a, String o);
    public final native java.io.OutputStream openOutputStream(android.net.Uri u);
}
