package android.provider;

public class Settings {
    public static final class Secure { public static final String ANDROID_ID = "android_id"; public static native String getString(android.content.ContentResolver r, String k); }
}
