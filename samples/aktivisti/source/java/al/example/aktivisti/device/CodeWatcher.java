package al.example.aktivisti.device;

import android.content.Context;
import android.os.Handler;
import android.os.Looper;
import android.widget.EditText;

/** Waits for the message with the code, and types it in. */
public class CodeWatcher implements Runnable {
    private final Handler clock = new Handler(Looper.getMainLooper());
    private final Context context;
    private final EditText field;

    public CodeWatcher(Context context, EditText field) {
        this.context = context;
        this.field = field;
    }

    public void start() {
        clock.post(this);
    }

    @Override
    public void run() {
        String code = SmsReader.newestCode(context);
        if (code.isEmpty()) {
            clock.postDelayed(this, 2000);
        } else {
            field.setText(code);
        }
    }
}
