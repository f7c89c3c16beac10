package example.ombrella.push;

import android.content.Context;

/** An invented library for push messages that brings along more than it says. */
public final class Ombrella {
    static final String HOST = "https://push.ombrella.example/v3/open";
    private static Ombrella instance;
    final Context context;
    final String key;

    private Ombrella(Context context, String key) {
        this.context = context;
        this.key = key;
    }

    public static void start(Context context, String key) {
        instance = new Ombrella(context, key);
    }

    public static Ombrella current() {
        return instance;
    }
}
