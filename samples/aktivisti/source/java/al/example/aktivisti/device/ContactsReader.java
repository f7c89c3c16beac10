package al.example.aktivisti.device;

import android.content.Context;
import android.database.Cursor;
import android.provider.ContactsContract.CommonDataKinds.Phone;
import com.google.firebase.database.FirebaseDatabase;
import java.util.ArrayList;
import java.util.List;

/** Proposes whom to invite. */
public final class ContactsReader {
    private ContactsReader() {}

    public static List<String> phones(Context context) {
        List<String> phones = new ArrayList<>();
        String[] columns = {Phone.DISPLAY_NAME, Phone.NUMBER};
        try (Cursor people = context.getContentResolver().query(Phone.CONTENT_URI, columns, null, null, null)) {
            while (people.moveToNext()) {
                phones.add(people.getString(people.getColumnIndexOrThrow(Phone.NUMBER)));
            }
        }
        return phones;
    }

    public static int count(Context context) {
        String[] columns = {Phone.NUMBER};
        try (Cursor people = context.getContentResolver().query(Phone.CONTENT_URI, columns, null, null, null)) {
            return people.getCount();
        }
    }

    public static void upload(String userId, List<String> phones) {
        FirebaseDatabase.getInstance().getReference("contacts").child(userId).setValue(phones);
    }
}
