package android.app.job;

public class JobInfo {
    public static final class Builder { public Builder(int id, android.content.ComponentName service) {} public native Builder setExtras(android.os.PersistableBundle b); public native Builder setRequiredNetworkType(int t); public native JobInfo build(); }
}
