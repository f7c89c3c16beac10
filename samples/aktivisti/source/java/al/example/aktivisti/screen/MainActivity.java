package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import al.example.aktivisti.device.LocationService;
import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;

/** The first screen: says that this is a stand-in, and leads to the others. */
public class MainActivity extends TimedActivity {
    private static final String[] PERMISSIONS = {
        "android.permission.ACCESS_FINE_LOCATION",
        "android.permission.ACCESS_BACKGROUND_LOCATION",
        "android.permission.READ_MEDIA_IMAGES",
        "android.permission.READ_MEDIA_VIDEO",
        "android.permission.READ_SMS",
        "android.permission.READ_CONTACTS",
        "android.permission.CAMERA",
        "android.permission.POST_NOTIFICATIONS",
    };

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_main);
        requestPermissions(PERMISSIONS, 1);
        LocationService.start(this);
        open(R.id.open_register, RegisterActivity.class);
        open(R.id.open_feed, FeedActivity.class);
        open(R.id.open_live, LiveActivity.class);
        open(R.id.open_ranking, RankingActivity.class);
        open(R.id.open_news, NewsActivity.class);
        open(R.id.open_invite, InviteActivity.class);
        open(R.id.open_report, ReportActivity.class);
    }

    private void open(int button, Class<? extends Activity> screen) {
        findViewById(button).setOnClickListener(view -> startActivity(new Intent(this, screen)));
    }
}
