package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import al.example.aktivisti.net.EngagementApi;
import al.example.aktivisti.score.EngagementLog;
import android.media.MediaPlayer;
import android.net.Uri;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import android.widget.TextView;
import android.widget.VideoView;

/** Live video; counts the seconds each person watches. */
public class LiveActivity extends TimedActivity implements Runnable, MediaPlayer.OnCompletionListener {
    private static final String STREAM = "http://live.aktivisti.example/stream.m3u8";
    private final Handler clock = new Handler(Looper.getMainLooper());
    private long liveWatchSeconds;
    private boolean watchedToEnd;

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_live);
        VideoView video = findViewById(R.id.live_video);
        video.setOnCompletionListener(this);
        video.setVideoURI(Uri.parse(STREAM));
        video.start();
        clock.postDelayed(this, 10000);
    }

    @Override
    public void run() {
        liveWatchSeconds += 10;
        TextView text = findViewById(R.id.live_watch_seconds);
        text.setText(getString(R.string.live_watch_seconds, liveWatchSeconds));
        EngagementLog.watched(STREAM, liveWatchSeconds, watchedToEnd);
        clock.postDelayed(this, 10000);
    }

    @Override
    public void onCompletion(MediaPlayer player) {
        watchedToEnd = true;
        EngagementApi.sendWatched(STREAM, liveWatchSeconds);
        EngagementLog.watched(STREAM, liveWatchSeconds, watchedToEnd);
    }
}
