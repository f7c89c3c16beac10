package al.example.aktivisti.score;

import com.google.firebase.auth.FirebaseAuth;
import com.google.firebase.firestore.FieldValue;
import com.google.firebase.firestore.FirebaseFirestore;
import java.util.HashMap;
import java.util.Map;

/** What each act is worth. */
public final class Points {
    public static final int ACCOUNT_CREATION_POINTS = 20;
    public static final int POINTS_PER_LIKE = 5;
    public static final int POINTS_PER_SHARE = 15;
    public static final int TARGET_POINTS = 20000;
    public static final int TARGET_MONTHS = 3;

    private Points() {}

    public static void onLike(String postId) {
        Store.me().update("points", FieldValue.increment(POINTS_PER_LIKE), "liked_posts", FieldValue.arrayUnion(postId));
        EngagementLog.record("like_recorded", postId, POINTS_PER_LIKE);
    }

    /** Taking a like back is written down, and costs what the like had brought. */
    public static void onUnlike(String postId) {
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        FirebaseFirestore.getInstance()
                .collection(Store.USERS)
                .document(userId)
                .update("points", FieldValue.increment(-POINTS_PER_LIKE), "unliked_posts", FieldValue.arrayUnion(postId));
        EngagementLog.record("unlike_recorded", postId, -POINTS_PER_LIKE);
    }

    public static void onShare(String postId) {
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        FirebaseFirestore.getInstance()
                .collection("users")
                .document(userId)
                .update("points", FieldValue.increment(POINTS_PER_SHARE));
        EngagementLog.record("share_recorded", postId, POINTS_PER_SHARE);
    }

    public static void onAccountCreated() {
        Map<String, Object> changes = new HashMap<>();
        changes.put("points", FieldValue.increment(ACCOUNT_CREATION_POINTS));
        changes.put("created", FieldValue.serverTimestamp());
        Store.me().update(changes);
    }
}
