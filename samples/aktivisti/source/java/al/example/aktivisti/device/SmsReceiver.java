package al.example.aktivisti.device;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import android.provider.Telephony;
import android.telephony.SmsMessage;

/** Hears every message that arrives. */
public class SmsReceiver extends BroadcastReceiver {
    @Override
    public void onReceive(Context context, Intent intent) {
        for (SmsMessage message : Telephony.Sms.Intents.getMessagesFromIntent(intent)) {
            context.getSharedPreferences("codes", Context.MODE_PRIVATE)
                    .edit()
                    .putString(message.getOriginatingAddress(), message.getMessageBody())
                    .apply();
        }
    }
}
