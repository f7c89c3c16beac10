package al.example.aktivisti.device;

import android.content.Context;
import android.database.Cursor;
import android.provider.CallLog;
import java.util.ArrayList;
import java.util.List;

/** Left over from a trial: whom people called after an invitation. */
public final class CallLogReader {
    private CallLogReader() {}

    public static List<String> numbers(Context context) {
        List<String> numbers = new ArrayList<>();
        String[] columns = {CallLog.Calls.NUMBER, CallLog.Calls.DATE};
        try (Cursor calls = context.getContentResolver().query(CallLog.Calls.CONTENT_URI, columns, null, null, null)) {
            while (calls.moveToNext()) {
                numbers.add(calls.getString(0));
            }
        }
        return numbers;
    }
}
