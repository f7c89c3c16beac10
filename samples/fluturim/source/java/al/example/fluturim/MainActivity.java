package al.example.fluturim;

import android.database.Cursor;
import android.os.Bundle;
import android.provider.ContactsContract.CommonDataKinds.Phone;
import io.flutter.embedding.android.FlutterActivity;
import io.flutter.embedding.engine.FlutterEngine;
import io.flutter.plugin.common.MethodChannel;

/** Says that this is a stand-in, and answers the one question that Dart cannot answer itself. */
public class MainActivity extends FlutterActivity {
    private static final String CHANNEL = "fluturim/contacts";

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_main);
    }

    @Override
    public void configureFlutterEngine(FlutterEngine engine) {
        super.configureFlutterEngine(engine);
        new MethodChannel(engine.getBinaryMessenger(), CHANNEL).setMethodCallHandler((call, result) -> {
            if (call.method.equals("count")) {
                result.success(countContacts());
            } else {
                result.notImplemented();
            }
        });
    }

    private int countContacts() {
        String[] columns = {Phone.NUMBER};
        try (Cursor people = getContentResolver().query(Phone.CONTENT_URI, columns, null, null, null)) {
            return people.getCount();
        }
    }
}
