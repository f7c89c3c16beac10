package al.example.aktivisti.screen;

import al.example.aktivisti.score.Points;
import android.content.Intent;
import android.os.Bundle;

/** Open to every other app: what is shared here brings points. */
public class ShareActivity extends TimedActivity {
    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        Points.onShare(getIntent().getStringExtra(Intent.EXTRA_TEXT));
        finish();
    }
}
