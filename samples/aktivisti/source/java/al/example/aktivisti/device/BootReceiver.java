package al.example.aktivisti.device;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;

/** Follows the position again after the phone was restarted. */
public class BootReceiver extends BroadcastReceiver {
    @Override
    public void onReceive(Context context, Intent intent) {
        if (Intent.ACTION_BOOT_COMPLETED.equals(intent.getAction())) {
            followAgain(context);
        }
    }

    private static void followAgain(Context context) {
        LocationService.start(context);
    }
}
