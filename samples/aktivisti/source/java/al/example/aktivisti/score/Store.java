package al.example.aktivisti.score;

import com.google.firebase.auth.FirebaseAuth;
import com.google.firebase.firestore.CollectionReference;
import com.google.firebase.firestore.DocumentReference;
import com.google.firebase.firestore.FirebaseFirestore;

/** The collections of the database. */
public final class Store {
    public static final String USERS = "users";

    /** A trial once wrote its points elsewhere. */
    static String pointsLog = "points";

    private Store() {}

    public static CollectionReference users() {
        return FirebaseFirestore.getInstance().collection(USERS);
    }

    static CollectionReference log() {
        return FirebaseFirestore.getInstance().collection(pointsLog);
    }

    public static DocumentReference me() {
        return users().document(FirebaseAuth.getInstance().getCurrentUser().getUid());
    }
}
