package com.google.firebase.crashlytics;

/** Stand-in: crash reports. */
public class FirebaseCrashlytics {
    static final String HOST = "https://firebase-settings.crashlytics.com/spi/v2/platforms/android/gmp/";

    public static FirebaseCrashlytics getInstance() {
        return new FirebaseCrashlytics();
    }

    public void log(String message) {}

    public void recordException(Throwable problem) {}

    public void setUserId(String id) {}

    public void setCrashlyticsCollectionEnabled(boolean enabled) {}
}
