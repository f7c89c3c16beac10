package android.app.job;

public class JobParameters {
    public native android.os.PersistableBundle getExtras();
}
