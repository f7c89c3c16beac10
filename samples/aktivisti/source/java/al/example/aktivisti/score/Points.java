package al.example.aktivisti.score;

import com.google.firebase.auth.FirebaseAuth;
import com.google.firebase.firestore.DocumentReference;
import com.google.firebase.firestore.FieldValue;
import com.google.firebase.firestore.FirebaseFirestore;

/** What each act is worth. */
public final class Points {
    public static final int ACCOUNT_CREATION_POINTS = 20;
    public static final int POINTS_PER_LIKE = 5;
    public static final int POINTS_PER_SHARE = 15;
    public static final int TARGET_POINTS = 20000;
    public static final int TARGET_MONTHS = 3;

    private Points() {}

    public static void onLike(String postId) {
        user().update("points", FieldValue.increment(POINTS_PER_LIKE), "liked_posts", FieldValue.arrayUnion(postId));
        EngagementLog.record("like_recorded", postId, POINTS_PER_LIKE);
    }

    /** Taking a like back is written down, and costs what the like had brought. */
    public static void onUnlike(String postId) {
        user().update("points", FieldValue.increment(-POINTS_PER_LIKE), "unliked_posts", FieldValue.arrayUnion(postId));
        EngagementLog.record("unlike_recorded", postId, -POINTS_PER_LIKE);
    }

    public static void onShare(String postId) {
        user().update("points", FieldValue.increment(POINTS_PER_SHARE), "shared_posts", FieldValue.arrayUnion(postId));
        EngagementLog.record("share_recorded", postId, POINTS_PER_SHARE);
    }

    public static void onAccountCreated() {
        user().update("points", FieldValue.increment(ACCOUNT_CREATION_POINTS));
    }

    static DocumentReference user() {
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        return FirebaseFirestore.getInstance().collection("users").document(userId);
    }
}
