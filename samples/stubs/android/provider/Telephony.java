package android.provider;

public class Telephony {
    public static final class Sms { public static final class Intents { public static native android.telephony.SmsMessage[] getMessagesFromIntent(android.content.Intent i); } }
}
