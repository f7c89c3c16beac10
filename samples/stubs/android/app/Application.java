package android.app;

import android.content.Context;

public class Application extends Context {
    public void onCreate() {}
    public native void registerActivityLifecycleCallbacks(ActivityLifecycleCallbacks c);
    public interface ActivityLifecycleCallbacks { void onActivityCreated(Activity a, android.os.Bundle b); void onActivityStarted(Activity a); void onActivityResumed(Activity a); void onActivityPaused(Activity a); void onActivityStopped(Activity a); void onActivitySaveInstanceState(Activity a, android.os.Bundle b); void onActivityDestroyed(Activity a); }
}
