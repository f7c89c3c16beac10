package al.example.aktivisti.device;

import android.content.Context;

/** Left over from the same trial; nothing starts it any more. */
public final class CallSummary implements Runnable {
    private final Context context;

    public CallSummary(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        int calls = CallLogReader.numbers(context).size();
        context.getSharedPreferences("trial", Context.MODE_PRIVATE).edit().putInt("calls", calls).apply();
    }
}
