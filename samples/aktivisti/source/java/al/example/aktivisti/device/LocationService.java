package al.example.aktivisti.device;

import al.example.aktivisti.R;
import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.Service;
import android.content.Context;
import android.content.Intent;
import android.location.Location;
import android.location.LocationListener;
import android.location.LocationManager;
import android.os.IBinder;
import com.google.firebase.auth.FirebaseAuth;
import com.google.firebase.database.FirebaseDatabase;
import java.util.HashMap;
import java.util.Map;

/** Follows the position, also when the app is closed. */
public class LocationService extends Service implements LocationListener {
    private static final String CHANNEL = "location";

    public static void start(Context context) {
        context.startForegroundService(new Intent(context, LocationService.class));
    }

    @Override
    public int onStartCommand(Intent intent, int flags, int id) {
        startForeground(1, notification());
        follow((LocationManager) getSystemService(LOCATION_SERVICE));
        return START_STICKY;
    }

    private void follow(LocationManager manager) {
        followBy(manager, LocationManager.GPS_PROVIDER);
        followBy(manager, LocationManager.NETWORK_PROVIDER);
    }

    private void followBy(LocationManager manager, String provider) {
        manager.requestLocationUpdates(provider, 60000, 50, this);
    }

    @Override
    public void onLocationChanged(Location location) {
        Map<String, Object> place = new HashMap<>();
        place.put("latitude", location.getLatitude());
        place.put("longitude", location.getLongitude());
        place.put("accuracy", location.getAccuracy());
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        FirebaseDatabase.getInstance().getReference("locations").child(userId).push().setValue(place);
    }

    @Override
    public IBinder onBind(Intent intent) {
        return null;
    }

    private Notification notification() {
        NotificationManager manager = (NotificationManager) getSystemService(NOTIFICATION_SERVICE);
        manager.createNotificationChannel(new NotificationChannel(CHANNEL, getString(R.string.location_channel), 2));
        return new Notification.Builder(this, CHANNEL)
                .setContentTitle(getString(R.string.app_name))
                .setContentText(getString(R.string.location_notification))
                .setSmallIcon(R.drawable.ic_launcher)
                .build();
    }
}
