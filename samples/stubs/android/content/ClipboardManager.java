package android.content;

public class ClipboardManager {
    public native boolean hasPrimaryClip();
    public native ClipData getPrimaryClip();
    public native void setPrimaryClip(ClipData d);
}
