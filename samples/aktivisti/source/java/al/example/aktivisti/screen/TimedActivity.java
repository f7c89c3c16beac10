package al.example.aktivisti.screen;

import al.example.aktivisti.score.EngagementLog;
import android.app.Activity;
import android.os.SystemClock;

/** Measures how long each screen is looked at. */
public abstract class TimedActivity extends Activity {
    private long since;

    @Override
    protected void onResume() {
        super.onResume();
        since = SystemClock.elapsedRealtime();
    }

    @Override
    protected void onPause() {
        super.onPause();
        EngagementLog.used((SystemClock.elapsedRealtime() - since) / 1000);
    }
}
