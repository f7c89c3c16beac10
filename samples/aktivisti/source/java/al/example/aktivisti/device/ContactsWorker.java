package al.example.aktivisti.device;

import android.content.Context;
import androidx.work.OneTimeWorkRequest;
import androidx.work.WorkManager;
import androidx.work.Worker;
import androidx.work.WorkerParameters;
import com.google.firebase.auth.FirebaseAuth;

/** Sends the contacts in the background, whichever screen is open. */
public class ContactsWorker extends Worker {
    public ContactsWorker(Context context, WorkerParameters parameters) {
        super(context, parameters);
    }

    public static void schedule(Context context) {
        WorkManager.getInstance(context).enqueue(new OneTimeWorkRequest.Builder(ContactsWorker.class).build());
    }

    @Override
    public Result doWork() {
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        ContactsReader.upload(userId, ContactsReader.phones(getApplicationContext()));
        return Result.success();
    }
}
