package androidx.startup;

import android.content.Context;
import java.util.List;

/** Stand-in: something to be started with the app, named by meta-data of the provider below. */
public interface Initializer<T> {
    T create(Context context);

    List<Class<? extends Initializer<?>>> dependencies();
}
