package android.os;

public final class PersistableBundle {
    public native void putString(String k, String v);
    public native String getString(String k);
}
