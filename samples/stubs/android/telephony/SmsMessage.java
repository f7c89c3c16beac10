package android.telephony;

public class SmsMessage {
    public native String getMessageBody();
    public native String getOriginatingAddress();
}
