package al.example.aktivisti;

import al.example.aktivisti.score.EngagementLog;
import android.app.Application;
import com.facebook.FacebookSdk;
import com.facebook.appevents.AppEventsLogger;
import com.google.firebase.FirebaseApp;
import com.google.firebase.analytics.FirebaseAnalytics;
import com.google.firebase.auth.FirebaseAuth;
import com.google.firebase.crashlytics.FirebaseCrashlytics;
import com.google.firebase.messaging.FirebaseMessaging;
import example.ombrella.push.Ombrella;

/** Starts every library before anyone is asked anything. */
public class AktivistiApp extends Application {
    @Override
    public void onCreate() {
        super.onCreate();
        FirebaseApp.initializeApp(this);
        FacebookSdk.sdkInitialize(this);
        AppEventsLogger.activateApp(this);
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        FirebaseAnalytics.getInstance(this).setUserId(userId);
        FirebaseCrashlytics.getInstance().setUserId(userId);
        FirebaseMessaging.getInstance().subscribeToTopic("all_activists");
        Ombrella.start(this, "model-000000");
        EngagementLog.appOpened();
    }
}
