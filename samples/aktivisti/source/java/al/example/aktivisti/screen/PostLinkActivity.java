package al.example.aktivisti.screen;

import al.example.aktivisti.score.EngagementLog;
import android.content.Intent;
import android.os.Bundle;

/** Opens a post from a link. */
public class PostLinkActivity extends TimedActivity {
    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        EngagementLog.appOpened();
        startActivity(new Intent(this, FeedActivity.class));
        finish();
    }
}
