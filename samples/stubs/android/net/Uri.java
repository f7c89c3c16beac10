package android.net;

public abstract class Uri implements android.os.Parcelable {
    public static native Uri parse(String s);
    public static native Uri fromFile(java.io.File f);
    public abstract String getLastPathSegment();
    public abstract String getQueryParameter(String k);
}
