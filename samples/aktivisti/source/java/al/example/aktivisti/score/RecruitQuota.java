package al.example.aktivisti.score;

import com.google.firebase.firestore.FieldValue;
import com.google.firebase.firestore.FirebaseFirestore;

/** How many people each activist must bring. */
public final class RecruitQuota {
    public static final int RECRUIT_QUOTA = 25;

    private RecruitQuota() {}

    public static void installed(String inviteCode) {
        FirebaseFirestore.getInstance()
                .collection("invite_codes")
                .document(inviteCode)
                .update("installs_recruited", FieldValue.increment(1));
    }

    public static boolean reached(int installsRecruited) {
        return installsRecruited >= RECRUIT_QUOTA;
    }
}
