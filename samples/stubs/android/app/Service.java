package android.app;

import android.content.Context;
import android.content.Intent;

public abstract class Service extends Context {
    public static final int START_STICKY = 1;
    public void onCreate() {}
    public int onStartCommand(Intent i, int flags, int id) { return START_STICKY; }
    public void onDestroy() {}
    public abstract android.os.IBinder onBind(Intent i);
    public final native void startForeground(int id, Notification n);
    public final native void stopSelf();
}
