package android.content;

public class ContentValues {
    public native void put(String k, String v);
    public native void put(String k, Long v);
}
