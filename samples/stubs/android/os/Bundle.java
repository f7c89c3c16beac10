package android.os;

public class Bundle implements Parcelable {
    public native void putString(String k, String v);
    public native void putLong(String k, long v);
    public native Object get(String k);
    public native String getString(String k);
    public native java.util.Set<String> keySet();
}
