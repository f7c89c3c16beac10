package al.example.aktivisti.score;

import al.example.aktivisti.model.PersonRecord;
import com.google.android.gms.tasks.OnSuccessListener;
import com.google.firebase.firestore.Query;
import com.google.firebase.firestore.QuerySnapshot;
import java.util.List;

/** The hundred people with most points, by name. */
public final class Leaderboard {
    public static final int TOP = 100;

    private Leaderboard() {}

    public static void topUsers(OnSuccessListener<List<PersonRecord>> listener) {
        Query best = Store.users()
                .orderBy("points", Query.Direction.DESCENDING)
                .limit(TOP);
        best.get().addOnSuccessListener(answer -> listener.onSuccess(answer.toObjects(PersonRecord.class)));
    }
}
