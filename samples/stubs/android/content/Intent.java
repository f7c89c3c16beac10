package android.content;

public class Intent {
    public static final String ACTION_VIEW = "android.intent.action.VIEW";
    public static final String ACTION_SEND = "android.intent.action.SEND";
    public static final String ACTION_BOOT_COMPLETED = "android.intent.action.BOOT_COMPLETED";
    public static final String EXTRA_TEXT = "android.intent.extra.TEXT";
    public static final String EXTRA_STREAM = "android.intent.extra.STREAM";
    public Intent() {}
    public Intent(String action) {}
    public Intent(String action, android.net.Uri data) {}
    public Intent(Context c, Class<?> k) {}
    public native Intent putExtra(String k, String v);
    public native Intent putExtra(String k, android.os.Parcelable v);
    public native Intent setType(String t);
    public native Intent setPackage(String p);
    public native String getStringExtra(String k);
    public native android.os.Bundle getExtras();
    public native String getAction();
    public native android.net.Uri getData();
    public static native Intent createChooser(Intent i, CharSequence title);
}
