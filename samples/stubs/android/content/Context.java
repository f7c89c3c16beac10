package android.content;

public abstract class Context {
    public static final String LOCATION_SERVICE = "location";
    public static final String NOTIFICATION_SERVICE = "notification";
    public static final int MODE_PRIVATE = 0;
    public native Object getSystemService(String name);
    public native ContentResolver getContentResolver();
    public native SharedPreferences getSharedPreferences(String name, int mode);
    public native String getString(int id);
    public native String getString(int id, Object... args);
    public native String getPackageName();
    public native Context getApplicationContext();
    public native java.io.File getFilesDir();
    public native java.io.File getCacheDir();
    public native Intent registerReceiver(BroadcastReceiver r, IntentFilter f);
    public native ComponentName startForegroundService(Intent i);
    public native void startActivity(Intent i);
}
