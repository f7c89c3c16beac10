package al.example.rrjeti;

import android.database.Cursor;
import android.provider.ContactsContract.CommonDataKinds.Phone;
import org.apache.cordova.CallbackContext;
import org.apache.cordova.CordovaPlugin;
import org.json.JSONArray;

/** The phone's contacts, for the page; only config.xml names it. */
public class ContactsPlugin extends CordovaPlugin {
    @Override
    public boolean execute(String action, JSONArray values, CallbackContext callback) {
        if (!action.equals("numbers")) {
            return false;
        }
        callback.success(numbers());
        return true;
    }

    private JSONArray numbers() {
        JSONArray numbers = new JSONArray();
        String[] columns = {Phone.NUMBER};
        try (Cursor people =
                cordova.getActivity().getContentResolver().query(Phone.CONTENT_URI, columns, null, null, null)) {
            while (people.moveToNext()) {
                numbers.put(people.getString(0));
            }
        }
        return numbers;
    }
}
