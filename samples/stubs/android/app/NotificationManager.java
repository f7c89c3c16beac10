package android.app;

public class NotificationManager {
    public native void createNotificationChannel(NotificationChannel c);
    public native void notify(int id, Notification n);
}
