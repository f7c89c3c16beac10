package al.example.ditari;

import android.app.Application;
import com.google.firebase.FirebaseApp;
import com.google.firebase.analytics.FirebaseAnalytics;
import com.google.firebase.crashlytics.FirebaseCrashlytics;

/** Keeps statistics and crash reports off until the owner of the diary asks for them. */
public class DiaryApp extends Application {
    @Override
    public void onCreate() {
        super.onCreate();
        boolean agreed = getSharedPreferences("profile", MODE_PRIVATE).getBoolean("crash_report", false);
        FirebaseApp.initializeApp(this);
        FirebaseAnalytics.getInstance(this).setAnalyticsCollectionEnabled(agreed);
        FirebaseCrashlytics.getInstance().setCrashlyticsCollectionEnabled(agreed);
    }
}
