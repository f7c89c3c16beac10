package example.ombrella.insight;

import android.content.Context;
import com.google.android.gms.ads.identifier.AdvertisingIdClient;

final class IdSurvey implements Survey {
    @Override
    public String ask(Context context) {
        return AdvertisingIdClient.getAdvertisingIdInfo(context).getId();
    }
}
