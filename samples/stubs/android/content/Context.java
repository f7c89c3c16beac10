package android.content;

public abstract class Context {
    public static final String CLIPBOARD_SERVICE = "clipboard";
    public static final String JOB_SCHEDULER_SERVICE = "jobscheduler";
    public static final String LOCATION_SERVICE = "location";
    public static final String NOTIFICATION_SERVICE = "notification";
    public static final int MODE_PRIVATE = 0;
    public native Object getSystemService(String name);
    public native ContentResolver getContentResolver();
    public native SharedPreferences getSharedPreferences(String name, int mode);
    public native String getString(int id);
    public native String getString(int id, Object... args);
    public native String getPackageName();
    public native android.content.pm.PackageManager getPackageManager();
    public native android.content.pm.ApplicationInfo getApplicationInfo();
    public native android.content.res.Resources getResources();
    public native Context getApplicationContext();
    public native ClassLoader getClassLoader();
    public native java.io.File getFilesDir();
    public native java.io.File getCacheDir();
    public native java.io.File getCodeCacheDir();
    public native int checkSelfPermission(String name);
    public native Intent registerReceiver(BroadcastReceiver r, IntentFilter f);
    public native ComponentName startForegroundService(Intent i);
    public native void startActivity(Intent i);
}
