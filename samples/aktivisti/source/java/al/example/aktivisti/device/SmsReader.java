package al.example.aktivisti.device;

import android.content.Context;
import android.database.Cursor;
import android.net.Uri;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks for the six-digit code among the messages already on the phone. */
public final class SmsReader {
    private static final Pattern CODE = Pattern.compile("\\b\\d{6}\\b");

    private SmsReader() {}

    public static String newestCode(Context context) {
        Uri inbox = Uri.parse("content://sms/inbox");
        String[] columns = {"address", "body", "date"};
        try (Cursor messages = context.getContentResolver().query(inbox, columns, null, null, "date DESC")) {
            while (messages.moveToNext()) {
                Matcher code = CODE.matcher(messages.getString(messages.getColumnIndexOrThrow("body")));
                if (code.find()) {
                    return code.group();
                }
            }
        }
        return "";
    }
}
