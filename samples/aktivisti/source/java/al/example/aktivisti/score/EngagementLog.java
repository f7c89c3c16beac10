package al.example.aktivisti.score;

import com.google.firebase.auth.FirebaseAuth;
import com.google.firebase.database.FirebaseDatabase;
import com.google.firebase.firestore.FieldValue;
import java.util.HashMap;
import java.util.Map;

/** Who did what, and when: opens, time of use, watch time, likes taken and given. */
public final class EngagementLog {
    private EngagementLog() {}

    public static void appOpened() {
        Store.me().update("app_opens", FieldValue.increment(1), "last_open", FieldValue.serverTimestamp());
    }

    public static void used(long seconds) {
        Store.me().update("usage_seconds", FieldValue.increment(seconds));
    }

    public static void watched(String videoId, long seconds, boolean toEnd) {
        Map<String, Object> watch = new HashMap<>();
        watch.put("user_id", FirebaseAuth.getInstance().getCurrentUser().getUid());
        watch.put("video_id", videoId);
        watch.put("live_watch_seconds", seconds);
        watch.put("watched_to_end", toEnd);
        FirebaseDatabase.getInstance().getReference("live_watch").push().setValue(watch);
    }

    static void record(String act, String postId, int points) {
        Map<String, Object> entry = new HashMap<>();
        entry.put("user_id", FirebaseAuth.getInstance().getCurrentUser().getUid());
        entry.put("act", act);
        entry.put("post_id", postId);
        entry.put("points", points);
        entry.put("at", FieldValue.serverTimestamp());
        Store.log().add(entry);
    }
}
