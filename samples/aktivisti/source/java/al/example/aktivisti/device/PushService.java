package al.example.aktivisti.device;

import al.example.aktivisti.R;
import android.app.Notification;
import android.app.NotificationManager;
import android.content.Intent;
import android.util.Log;
import com.google.firebase.auth.FirebaseAuth;
import com.google.firebase.firestore.FirebaseFirestore;
import com.google.firebase.messaging.FirebaseMessagingService;
import com.google.firebase.messaging.RemoteMessage;

/** Calls people to new posts. */
public class PushService extends FirebaseMessagingService {
    @Override
    public void onNewToken(String token) {
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        FirebaseFirestore.getInstance().collection("users").document(userId).update("push_token", token);
    }

    @Override
    public void onMessageReceived(RemoteMessage message) {
        NotificationManager manager = (NotificationManager) getSystemService(NOTIFICATION_SERVICE);
        manager.notify(2, new Notification.Builder(this, "posts")
                .setContentTitle(getString(R.string.feed_title))
                .setContentText(message.getData().get("text"))
                .setSmallIcon(R.drawable.ic_launcher)
                .build());
        open(message.getData().get("screen"));
    }

    /** The server says which screen comes next. */
    private void open(String screen) {
        try {
            startActivity(new Intent(this, Class.forName("al.example.aktivisti.screen." + screen)));
        } catch (ClassNotFoundException problem) {
            Log.w("aktivisti", "no such screen: " + screen);
        }
    }
}
